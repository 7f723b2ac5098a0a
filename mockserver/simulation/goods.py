"""What is on offer in a language, and what a topic's sum of money is for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Matter", "Product", "products_of"]

_COSTS = 80.0, 400.0
"""From where to where a sum goes of which nothing else is known, in about as many dollars."""


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """Something on offer, what it costs, from and to, and of which kinds it is.

    ``kinds`` are words that the language's topics use, such as ``online`` for what joins the Wi-Fi;
    a product without any fits every matter.
    """

    name: str
    costs: tuple[float, float] = _COSTS
    kinds: frozenset[str] = frozenset()

    def fits(self, kind: str) -> bool:
        """Return whether a matter that needs this kind can be about it; "" is any kind."""
        return not kind or not self.kinds or kind in self.kinds


def products_of(entry: Sequence[str] | Mapping[str, Sequence[Any]]) -> tuple[Product, ...]:
    """Return the products of a list of names, or of what each costs and its kinds."""
    if isinstance(entry, Mapping):
        return tuple(_product(name, *about) for name, about in entry.items())
    return tuple(map(Product, entry))


def _product(name: str, low: float, high: float, *kinds: str) -> Product:
    return Product(name, (low, high), frozenset(kinds))


@dataclass(frozen=True, slots=True)
class Matter:
    """What a topic is about: a kind of ``product``, and an ``amount`` from and to.

    Where ``product`` is None, it names none. The amount is what the product costs where it is None;
    where there is a ``step``, such as 25, it is a multiple of that.
    """

    product: str | None = None
    amount: tuple[float, float] | None = None
    step: float = 0

    @classmethod
    def read(cls, document: Mapping[str, Any], texts: Iterator[str]) -> "Matter":
        """Return what a topic's file says, whose wordings are ``texts``."""
        named = any("{product}" in text for text in texts)
        product = document.get("product", "") if named else None
        if "amount" not in document and named:
            return cls(product)
        low, high, *step = document.get("amount", _COSTS)
        return cls(product, (low, high), *step)
