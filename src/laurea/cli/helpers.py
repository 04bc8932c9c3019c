"""Who shares the work on large batches: other processes on this machine, one for each of its processors."""

import multiprocessing
import os
from concurrent.futures import Executor, ProcessPoolExecutor


def helpers() -> Executor:
    """Return processes that share the work, started when there is some; they have nothing of this one but what they are given."""
    return ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn"))
