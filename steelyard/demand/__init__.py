"""Demand: from order lines to a demand plan; signal, segments, statistical forecast, promotions, consensus, accuracy."""
