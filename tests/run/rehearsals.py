"""What a warm parent may be asked to do before it forks."""

import threading
import warnings


def pyplot():
    import matplotlib.pyplot as plt
    import numpy as np

    np.random.random()  # noqa: NPY002  # the legacy generator is the one that copies would share
    assert plt


def warns():
    warnings.warn("this library is old", UserWarning, stacklevel=1)


def threads():
    threading.Thread(target=threading.Event().wait, daemon=True).start()


def fails():
    raise ImportError("no such library")
