"""The segmentation app."""

from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    """Segments of items, corrections of history, drivers of demand."""

    name = "steelyard.web.segmentation"
    label = "segmentation"
