"""Finance review addresses."""

from django.urls import path

from steelyard.web.finance_review import views

app_name = "finance_review"
urlpatterns = [
    path("", views.review, name="start"),
    path("statement/", views.statement, name="statement"),
    path("bridge/", views.bridge, name="bridge"),
    path("earners/", views.earners, name="earners"),
    path("capital/", views.capital, name="capital"),
    path("budget/", views.budget, name="budget"),
    path("budget/upload/", views.budget_upload, name="budget_upload"),
    path("actions/", views.actions, name="actions"),
    path("actions/new/", views.action_new, name="action_new"),
    path("actions/<int:number>/judge/", views.action_judge, name="action_judge"),
    path("actions/<int:number>/plan/", views.action_plan, name="action_plan"),
    path("finance.xlsx", views.export, name="export"),
]
