"""What scripts call `trainable`: see trainable_runtime.py."""
from trainable_runtime import (
    configure_dashboard, log, log_confusion_matrix, log_figure, log_image,
    log_images, log_table)

__all__ = ["log", "configure_dashboard", "log_image", "log_images",
           "log_figure", "log_table", "log_confusion_matrix"]
