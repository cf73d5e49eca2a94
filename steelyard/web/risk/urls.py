"""Risk addresses."""

from django.urls import path

from steelyard.web.risk import views

app_name = "risk"
urlpatterns = [
    path("", views.registers, name="start"),
    path("tornado/", views.tornado, name="tornado"),
    path("futures/", views.futures, name="futures"),
    path("assume/", views.assumption_new, name="assume"),
    path("new/", views.risk_new, name="new"),
    path("assumption/<int:number>/judge/", views.assumption_judge, name="judge_assumption"),
    path("risk/<int:number>/judge/", views.risk_judge, name="judge_risk"),
    path("ranges/", views.ranges, name="ranges"),
    path("registers.xlsx", views.export, name="export"),
]
