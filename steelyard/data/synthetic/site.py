"""Site: the plants, distribution centres, customers and suppliers of the synthetic company."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.synthetic.family import CHANNELS
from steelyard.data.synthetic.shape import Floats, Ints, Shape, Texts, numbered

PLANTS = ("P-ALDER", "P-VENN")
CENTRES = ("D-NORTH", "D-MID", "D-OVER")
_SITES = (
    ("P-ALDER", "Aldermoor works", "plant", "Mid", "DE", "EUR"),
    ("P-VENN", "Vennick works", "plant", "Mid", "DE", "EUR"),
    ("D-NORTH", "Harrowgate depot", "dc", "North", "GB", "GBP"),
    ("D-MID", "Lindenau depot", "dc", "Mid", "DE", "EUR"),
    ("D-OVER", "Port Ansell depot", "dc", "Overseas", "US", "USD"),
)
LANE_DAYS = np.array([[6, 3, 32], [8, 4, 35]])
"""Days from plant to centre."""
LANE_COST = np.array([[0.03, 0.015, 0.07], [0.035, 0.02, 0.08]])
"""Freight from plant to centre as a share of the cost at the plant."""


@dataclass(frozen=True)
class Territory:
    """A sales region, the centre that serves it, and its share of the customers."""

    name: str
    centre: int
    currency: str
    countries: tuple[str, ...]
    share: float


TERRITORIES = (
    Territory("North", 0, "GBP", ("GB",), 0.25),
    Territory("South", 1, "EUR", ("IT", "ES"), 0.25),
    Territory("West", 1, "EUR", ("DE", "FR", "NL"), 0.30),
    Territory("Overseas", 2, "USD", ("US",), 0.20),
)
_FRONT = (
    "Lark",
    "Marl",
    "Thorn",
    "Wick",
    "Ash",
    "Fenn",
    "Gold",
    "Hazel",
    "Iron",
    "Kestr",
    "Oster",
    "Quill",
    "Rook",
    "Silv",
    "Tam",
    "Ulm",
)
_BACK = ("field", "bourne", "mark", "stad", "el", "ford", "haven", "ner", "worth", "ström")
_TAIL = (
    ("Stores", "Home", "Department Stores", "Markets"),
    ("Wägetechnik", "Scale Trading", "Instruments", "Equipment"),
    ("Direct", "Online", "Marketplace", "Web Shop"),
)


@dataclass(frozen=True)
class Customers:
    """Customers as arrays of one length; numbers point into CHANNELS and TERRITORIES."""

    customer_id: Texts
    name: list[str]
    channel: Ints
    territory: Ints
    country: list[str]
    weight: Floats

    @property
    def centre(self) -> Ints:
        """The distribution centre that serves each customer."""
        return np.array([territory.centre for territory in TERRITORIES])[self.territory]

    @property
    def currency(self) -> Texts:
        """The currency each customer is invoiced in."""
        return np.array([territory.currency for territory in TERRITORIES])[self.territory]


def make_customers(shape: Shape) -> Customers:
    """Invent the customers: every territory has each channel, sizes fall like 1 / rank^0.7."""
    chance = shape.stream("customer")
    count = shape.customers
    channel = np.repeat([0, 1, 2], [count - 3 * count // 5, 2 * count // 5, count // 5])
    territory = _spread_over_territories(count)
    country = [TERRITORIES[t].countries[int(chance.integers(len(TERRITORIES[t].countries)))] for t in territory]
    weight = (1.0 / (1 + chance.permutation(count)) ** 0.7).astype(np.float64)
    name = _customer_names(chance, channel)
    return Customers(numbered("C", count, first=101), name, channel, territory, country, weight)


def _spread_over_territories(count: int) -> Ints:
    edges = np.cumsum([territory.share for territory in TERRITORIES])
    steps = (np.arange(count) * 0.6180339887 + 0.05) % 1.0
    return np.searchsorted(edges, steps, side="right").clip(0, len(TERRITORIES) - 1).astype(np.int64)


def _customer_names(chance: np.random.Generator, channel: Ints) -> list[str]:
    pairs = chance.permutation(len(_FRONT) * len(_BACK))
    stems = [_FRONT[p % len(_FRONT)] + _BACK[p // len(_FRONT)] for p in pairs]
    return [f"{stems[n % len(stems)]} {_TAIL[c][n % len(_TAIL[c])]}" for n, c in enumerate(channel)]


def location_table() -> pl.DataFrame:
    """Table `location`."""
    columns = ["location_id", "name", "location_type", "region", "country", "currency"]
    return pl.DataFrame([list(row) for row in _SITES], schema=columns, orient="row")


PAYMENT_DAYS = (45, 30, 7)
"""Days that retailers, traders and online buyers take to pay."""
SUPPLIER_DAYS = (30, 60, 45)
"""Days in which suppliers of each trade are paid."""
ORDER_COSTS = (120.0, 85.0, 240.0, 60.0)
"""What an order to a supplier costs, whatever is in it, by supplier in turn [EUR]."""


def customer_table(customers: Customers) -> pl.DataFrame:
    """Table `customer`."""
    territory = [TERRITORIES[t].name for t in customers.territory]
    return pl.DataFrame(
        {
            "customer_id": customers.customer_id.tolist(),
            "name": customers.name,
            "channel": [CHANNELS[c] for c in customers.channel],
            "territory": territory,
            "country": customers.country,
            "currency": customers.currency.tolist(),
            "sales_person": [f"sales {name.lower()}" for name in territory],
            "price_list": [f"LIST-{code}" for code in customers.currency],
            "payment_days": np.array(PAYMENT_DAYS)[customers.channel],
        }
    )


TRADES = (("Polymers", "Packaging"), ("Microsystems", "Sensors"), ("Steel", "Fasteners"))
"""What suppliers are called by the technology of the parts they deliver: housing, electronic, frame."""
ELECTRONICS = 1


@dataclass(frozen=True)
class Suppliers:
    """Suppliers as arrays of one length."""

    supplier_id: Texts
    name: list[str]
    country: list[str]
    currency: list[str]
    days: Ints
    """Agreed lead time."""
    spread: Floats
    """Standard deviation of the lead time as a share of it."""


def make_suppliers(shape: Shape) -> Suppliers:
    """Invent the suppliers, a third of each trade; those of electronics sit overseas and are paid in USD."""
    chance = shape.stream("supplier")
    count = int(np.clip(shape.items // 25, 9, 400))
    far = np.arange(count) % len(TRADES) == ELECTRONICS
    days = np.where(far, chance.integers(45, 76, count), chance.integers(10, 29, count))
    spread = np.where(far, chance.uniform(0.2, 0.4, count), chance.uniform(0.06, 0.2, count))
    stems = chance.permutation(len(_FRONT) * len(_BACK))
    name = [
        f"{_FRONT[p % 16]}{_BACK[p // 16]} {TRADES[n % 3][n // 3 % 2]}" for n, p in enumerate(np.resize(stems, count))
    ]
    country = [("TW", "KR", "CN")[n % 3] if f else ("DE", "PL", "CZ", "IT")[n % 4] for n, f in enumerate(far)]
    currency = np.where(far, "USD", "EUR").tolist()
    return Suppliers(numbered("V", count, first=701), name, country, currency, days, spread.round(2))


def supplier_table(suppliers: Suppliers) -> pl.DataFrame:
    """Table `supplier`."""
    return pl.DataFrame(
        {
            "supplier_id": suppliers.supplier_id.tolist(),
            "name": suppliers.name,
            "country": suppliers.country,
            "currency": suppliers.currency,
            "payment_days": [SUPPLIER_DAYS[n % len(SUPPLIER_DAYS)] for n in range(len(suppliers.name))],
            "order_cost": [ORDER_COSTS[n % len(ORDER_COSTS)] for n in range(len(suppliers.name))],
        }
    )
