"""Supply review addresses."""

from django.urls import path

from steelyard.web.supply_review import hours, orders, views

app_name = "supply_review"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.supply_review, name="review"),
    path("<str:scenario>/ways/", views.ways_part, name="ways"),
    path("<str:scenario>/hours/", hours.hours_part, name="hours"),
    path("<str:scenario>/moves/", views.moves_part, name="moves"),
    path("<str:scenario>/moves.xlsx", views.moves_export, name="moves_export"),
    path("<str:scenario>/orders/", orders.orders_part, name="orders"),
    path("<str:scenario>/orders.xlsx", orders.orders_export, name="orders_export"),
    path("<str:scenario>/strategies/", views.strategies_make, name="strategies"),
    path("<str:scenario>/what-if/", views.what_if_part, name="what_if"),
    path("<str:scenario>/engine/", views.engine_choose, name="engine"),
    path("<str:scenario>/conventions/", views.conventions_choose, name="conventions"),
    path("<str:scenario>/settings/", views.settings_choose, name="settings"),
    path("<str:scenario>/export.xlsx", views.export, name="export"),
]
