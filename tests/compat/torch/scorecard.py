"""How many idioms and programs give PyTorch's results, and what fails: `python -m tests.compat.torch.scorecard`."""

import json
import sys
import traceback

from tests.compat.torch import FOLDER, changed, difference, idioms, program, programs, run


def outcome(wanted, work):
    """None if the result is PyTorch's, else what is wrong."""
    try:
        return difference(wanted, work())
    except Exception as error:
        if "-v" in sys.argv:
            traceback.print_exc()
        return f"{type(error).__name__}: {error}"


def main():
    recorded = json.loads((FOLDER / "recorded.json").read_text(encoding="utf-8"))
    failed = 0
    for title, code in idioms().items():
        wrong = outcome(recorded["idioms"][title], lambda code=code: run(code, changed))
        if wrong:
            failed += 1
            print(f"{title}\n    {wrong}")
    print(f"{len(idioms()) - failed} of {len(idioms())} idioms")
    for name, code in programs().items():
        wrong = outcome(recorded["programs"][name], lambda code=code: program(code, changed))
        print(f"{name}: {wrong or 'as PyTorch'}")


if __name__ == "__main__":
    main()
