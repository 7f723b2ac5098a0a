"""The contract, as shipped with the package, and how it is read.

Both programs read the API's facts from here, so that neither repeats one.
"""

from openapi.documents import CONTRACT, CONTROL, load_contract
from openapi.operations import Operation, Operations, Parameter, contract_operations
from openapi.rates import Rate

__all__ = [
    "CONTRACT",
    "CONTROL",
    "Operation",
    "Operations",
    "Parameter",
    "Rate",
    "contract_operations",
    "load_contract",
]
