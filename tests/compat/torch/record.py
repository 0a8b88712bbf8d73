"""Run all idioms and programs under PyTorch, and write what they leave: `python -m tests.compat.torch.record`."""

import json

import torch

from tests.compat.torch import FOLDER, dtypes_of_results, idioms, program, programs, run


def main():
    recorded = {"torch": torch.__version__, "idioms": {}, "programs": {}}
    for title, code in idioms().items():
        try:
            recorded["idioms"][title] = run(code)
        except Exception as error:
            print(f"{title}: {type(error).__name__}: {error}")
            raise
    recorded["programs"] = {name: program(code) for name, code in programs().items()}
    text = ",\n".join(json.dumps(title) + ": " + json.dumps(value) for title, value in recorded["idioms"].items())
    programs_text, dtypes = json.dumps(recorded["programs"]), json.dumps(dtypes_of_results(torch))
    head = f'{{"torch": {json.dumps(torch.__version__)}, "idioms": {{'
    tail = f'}}, "programs": {programs_text}, "dtypes": {dtypes}}}'
    (FOLDER / "recorded.json").write_text(f"{head}\n{text}\n{tail}\n", encoding="utf-8")
    print(len(recorded["idioms"]), "idioms,", len(recorded["programs"]), "programs")


if __name__ == "__main__":
    main()
