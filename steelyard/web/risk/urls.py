"""Risk addresses."""

from django.urls import path

from steelyard.web.risk import further_views, futures_views, views

app_name = "risk"
urlpatterns = [
    path("", views.start, name="start"),
    path("tornado/", views.tornado, name="tornado"),
    path("futures/", futures_views.futures, name="futures"),
    path("futures/kpis/", futures_views.kpis, name="futures_kpis"),
    path("futures/load/", futures_views.loads, name="futures_load"),
    path("assume/", views.assumption_new, name="assume"),
    path("new/", views.risk_new, name="new"),
    path("assumption/<int:number>/judge/", views.assumption_judge, name="judge_assumption"),
    path("risk/<int:number>/judge/", views.risk_judge, name="judge_risk"),
    path("ranges/", views.ranges, name="ranges"),
    path("drivers/", further_views.drivers, name="drivers"),
    path("sweep/", further_views.sweep, name="sweep"),
    path("robust/", further_views.robust, name="robust"),
    path("expected/", further_views.expected, name="expected"),
    path("signposts/", further_views.signposts, name="signposts"),
    path("signposts/new/", further_views.signpost_new, name="signpost_new"),
    path("signposts/<int:number>/close/", further_views.signpost_close, name="signpost_close"),
    path("risk/<int:number>/count/", further_views.risk_count, name="risk_count"),
    path("registers.xlsx", views.export, name="export"),
    path("<str:scenario>/", views.registers, name="registers"),
]
