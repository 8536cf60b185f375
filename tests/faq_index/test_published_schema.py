"""The JSON Schema that editors' tools read is the one that the loader checks by."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from faq_index.schema import FAQ

DATA = Path(__file__).parents[2] / "data"


def test_the_published_schema_is_current():
    published = (DATA / "faq_schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == FAQ, "python -m faq_index schema > data/faq_schema.json"
    Draft202012Validator.check_schema(FAQ)


def test_the_faq_names_the_schema_and_keeps_to_it():
    text = (DATA / "faq_vi.yml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=faq_schema.json\n")
    # Dates are text to editors' tools, as they are to the loader.
    loader = YAML(typ="base", pure=True)
    document = loader.load(text)
    document["schema"] = int(document["schema"])
    assert [fault.json_path for fault in Draft202012Validator(FAQ).iter_errors(document)] == []
