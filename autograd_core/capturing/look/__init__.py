"""What a step can reach, where each thing is kept, what was there before and after a call, and whether two calls did the same."""
