"""Portfolio addresses."""

from django.urls import path

from steelyard.web.portfolio import deeds, views

app_name = "portfolio"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/launches/", views.launches, name="launches"),
    path("<str:scenario>/items/", views.items_part, name="items"),
    path("<str:scenario>/launch/<str:item>/", views.launch, name="launch"),
    path("<str:scenario>/launch/<str:item>/slip/", views.slip, name="slip"),
    path("<str:scenario>/endings/", views.endings, name="endings"),
    path("<str:scenario>/products/", views.products, name="products"),
    path("<str:scenario>/exits/", views.exits, name="exits"),
    path("<str:scenario>/calendar/", views.calendar, name="calendar"),
    path("<str:scenario>/<slug:table>.<slug:kind>", views.export, name="export"),
    path("<str:scenario>/enter/launch/", deeds.enter_launch, name="enter_launch"),
    path("<str:scenario>/enter/slip/", deeds.enter_slip, name="enter_slip"),
    path("<str:scenario>/enter/gate/", deeds.enter_gate, name="enter_gate"),
    path("<str:scenario>/enter/end/", deeds.enter_end, name="enter_end"),
    path("<str:scenario>/enter/successor/", deeds.enter_successor, name="enter_successor"),
    path("<str:scenario>/enter/item/", deeds.enter_item, name="enter_item"),
    path("<str:scenario>/undo/", deeds.undo, name="undo"),
]
