"""`import trainable_local`, and `from trainable import log` works from then
on, in local mode (see trainable_runtime.py): also where the folder of this
file is not on Python's path."""
import os
import sys

try:
    import trainable_runtime
except ImportError:
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    import trainable_runtime

from trainable_runtime import (
    configure_dashboard, log, log_confusion_matrix, log_figure, log_image,
    log_images, log_table)

__all__ = ["log", "configure_dashboard", "log_image", "log_images",
           "log_figure", "log_table", "log_confusion_matrix"]

trainable_runtime.use_local()
# Who loads this file by its path may not have made a module of it yet.
sys.modules["trainable"] = sys.modules.get(__name__, trainable_runtime)
