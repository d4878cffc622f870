"""A file that describes something: one JSON object, or TOML."""

from __future__ import annotations

import click


def read_object(name: str, example: str) -> dict[str, object]:
    """Return the object in the file NAME, its fractions as Decimals; - is standard input.

    A name that ends in .toml is read as TOML, all others as JSON. EXAMPLE is shown to whoever gives something
    else. Errors: BadInput says what is wrong with the file.
    """
    import json
    import tomllib
    from decimal import Decimal

    from lambda_study.errors import BadInput

    place = "standard input" if name == "-" else name
    form, loads = ("TOML", tomllib.loads) if name.endswith(".toml") else ("JSON", json.loads)
    try:
        with click.open_file(name, encoding="utf-8") as file:
            given = loads(file.read(), parse_float=Decimal)
    except OSError as error:
        raise BadInput(f"{place}: {error.strerror}. Give a file with one JSON object, or -.") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{place} is not {form}: {error}.") from error
    if not isinstance(given, dict):
        raise BadInput(f"{place} holds no JSON object. Write {example}.")
    return given
