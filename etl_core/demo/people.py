"""The people GreatFin's systems know about, each system in its own spelling.

Nobody here exists: tax ids start with 9 (never issued as social security numbers) and every address
is under example.com.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

PEOPLE_PER_SCALE = 1_700  # about 1,900 customer records, as many are customers of both banks
NAMESAKE_EVERY = 400  # only their tax ids tell these two apart

FIRST_NAMES = (
    "John", "Mary", "José", "Linda", "Zoë", "Robert", "Patricia", "Michael", "Barbara", "William",
    "Seán", "Susan", "David", "Renée", "Thomas", "Karen", "Charles", "Nancy", "Björn", "Lisa",
    "Daniel", "Betty", "Matthew", "Sandra", "Anthony", "Ashley", "Jürgen", "Emily", "Łukasz", "Donna",
)  # fmt: skip
LAST_NAMES = (
    "Smith", "Johnson", "O'Brien", "Brown", "Müller", "Garcia", "Miller", "Novák", "Rodriguez", "Martinez",
    "Hernández", "Lopez", "Gonzalez", "Wilson", "Anderson", "Smith-Jones", "Taylor", "Moore", "Jackson",
    "Martin", "Lee", "Pérez", "Thompson", "White", "Harris", "Sanchez", "Clark", "Ramirez", "Lewis",
    "de Boer",
)  # fmt: skip
CITIES = (
    ("New York", "NY"), ("Los Angeles", "CA"), ("Tampa", "FL"), ("Chicago", "IL"), ("Boston", "MA"),
    ("Houston", "TX"), ("Seattle", "WA"), ("Denver", "CO"), ("Atlanta", "GA"), ("Columbus", "OH"),
    ("Phoenix", "AZ"), ("Detroit", "MI"), ("Newark", "NJ"), ("Miami", "FL"), ("Portland", "OR"),
)  # fmt: skip
SEGMENTS = (("ultra", 10_000_000), ("private", 1_000_000), ("affluent", 100_000), ("mass", 0))


@dataclass(frozen=True)
class Person:
    """`tax_id`: nine digits. `net_worth`: US dollars."""

    number: int
    first: str
    last: str
    born: date
    tax_id: str
    email: str
    city: str
    state: str
    net_worth: int
    segment: str


def rng(seed: int, scale: int, name: str) -> Random:
    """One independent stream a purpose, so that adding draws to one source changes no other."""
    return Random(f"{seed}/{scale}/{name}")  # noqa: S311 - invented data, nothing secret


def plain(text: str) -> str:
    """`José` -> `Jose`: the spelling of a system that knows ASCII only."""
    text = text.replace("Ł", "L").replace("ł", "l")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def people(seed: int, scale: int) -> list[Person]:
    """Everyone, in a fixed order. Some share name and birth date with the one before."""
    draw = rng(seed, scale, "people")
    found: list[Person] = []
    for number in range(1, PEOPLE_PER_SCALE * scale + 1):
        person = _person(number, draw)
        if number % NAMESAKE_EVERY == 2:
            twin = found[-1]
            person = replace(person, first=twin.first, last=twin.last, born=twin.born)
        found.append(person)
    return found


def _person(number: int, draw: Random) -> Person:
    first, last = draw.choice(FIRST_NAMES), draw.choice(LAST_NAMES)
    city, state = draw.choice(CITIES)
    worth = int(draw.lognormvariate(12.2, 1.5)) // 100 * 100
    mailbox = "".join(letter for letter in plain(first + last).lower() if letter.isalpha())
    return Person(
        number=number,
        first=first,
        last=last,
        born=date(1940, 1, 1) + timedelta(days=draw.randrange(23_500)),
        tax_id=str(900_000_000 + number * 13 % 99_999_989),
        email=f"{mailbox}{number}@example.com",
        city=city,
        state=state,
        net_worth=worth,
        segment=next(name for name, least in SEGMENTS if worth >= least),
    )


def in_core_a(person: Person) -> bool:
    """Three of five people are customers of bank A."""
    return person.number % 5 in (0, 1, 2)


def in_core_b(person: Person) -> bool:
    """Every second is a customer of bank B; three of ten have both, two of ten neither."""
    return person.number % 5 in (2, 3) or person.number % 10 == 1
