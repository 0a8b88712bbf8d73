"""One recording of a step: stand-ins in the place of all that it reaches, and what they write down."""
