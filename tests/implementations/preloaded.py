"""What all verifications of the proof have in common, done once: import it before forking."""

import gc

import contracts.cli
import contracts.report
import contracts.run  # noqa: F401 - all three are loaded on demand otherwise
from contracts.probing.drawing import drawn
from tests.implementations.call import ROOMS, SEED
from tests.implementations.correct import correct
from tests.implementations.faulty import faulty

list(drawn(SEED, ROOMS, 100))  # those that are drawn at first, and all
correct()
list(faulty())

gc.freeze()  # spares each process from looking through all of this twice, 0.17 s
