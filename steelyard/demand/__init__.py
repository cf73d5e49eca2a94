"""Demand: from order lines to a demand plan, by signal, segments, forecast, promotions, consensus and accuracy."""
