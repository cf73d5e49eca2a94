"""Forecasting: how forecasts of a plan come about, are remembered, corrected and told."""
