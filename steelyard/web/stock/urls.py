"""Stock addresses."""

from django.urls import path

from steelyard.web.stock import replenishment_views, views

app_name = "stock"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.review, name="review"),
    path("<str:scenario>/place/", views.place, name="place"),
    path("<str:scenario>/adopt/", views.adopt, name="adopt"),
    path("<str:scenario>/network/", views.network, name="network"),
    path("<str:scenario>/policies/", replenishment_views.policies, name="policies"),
    path("<str:scenario>/lots/", replenishment_views.lots, name="lots"),
    path("<str:scenario>/discounts/", replenishment_views.discounts, name="discounts"),
    path("<str:scenario>/joint/", replenishment_views.joint, name="joint"),
    path("<str:scenario>/last-buys/", replenishment_views.last_buys, name="last_buys"),
    path("<str:scenario>/chain/", replenishment_views.chain, name="chain"),
    path("<str:scenario>/take/", replenishment_views.take, name="take"),
    path("<str:scenario>/sheet/<str:sheet>.xlsx", replenishment_views.export_replenishment, name="sheet"),
    path("<str:scenario>/export.xlsx", views.export, name="export"),
    path("<str:scenario>/budget.xlsx", views.export_budget, name="export_budget"),
]
