"""Intelligence addresses."""

from django.urls import path

from steelyard.web.intelligence import views

app_name = "intelligence"
urlpatterns = [
    path("", views.intelligence_page, name="intelligence"),
    path("new/", views.entry_new, name="new"),
    path("<int:number>/use/", views.entry_switch, name="switch"),
    path("<int:number>/withdraw/", views.entry_withdraw, name="withdraw"),
    path("intelligence.xlsx", views.export, name="export"),
]
