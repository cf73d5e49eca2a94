"""Scorecard addresses."""

from django.urls import path

from steelyard.web.scorecard import kpi_views

app_name = "scorecard"
urlpatterns = [
    path("", kpi_views.scorecard, name="scorecard"),
    path("tree/", kpi_views.tree, name="tree"),
    path("own/", kpi_views.own, name="own"),
    path("kpis.xlsx", kpi_views.export, name="export"),
    path("cases/", kpi_views.cases, name="cases"),
    path("cases/<int:number>/", kpi_views.case, name="case"),
    path("look/", kpi_views.look, name="look"),
    path("rule/", kpi_views.rule, name="rule"),
    path("<slug:kpi>/", kpi_views.kpi, name="kpi"),
    path("<slug:kpi>/target/", kpi_views.target, name="target"),
]
