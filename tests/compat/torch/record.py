"""Run all idioms and programs under PyTorch, and write what they leave: `python -m tests.compat.torch.record`."""

import json

import torch

from tests.compat.torch import FOLDER, idioms, program, programs, run


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
    kinds = json.dumps(recorded["programs"])
    (FOLDER / "recorded.json").write_text(
        f'{{"torch": {json.dumps(recorded["torch"])}, "idioms": {{\n{text}\n}}, "programs": {kinds}}}\n', encoding="utf-8"
    )
    print(len(recorded["idioms"]), "idioms,", len(recorded["programs"]), "programs")


if __name__ == "__main__":
    main()
