"""Balance addresses."""

from django.urls import path

from steelyard.web.balance import views

app_name = "balance"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.board, name="board"),
    path("<str:scenario>/levers/", views.levers_part, name="levers"),
    path("<str:scenario>/preview/", views.preview_part, name="preview"),
    path("<str:scenario>/mix/", views.mix_part, name="mix"),
    path("<str:scenario>/ration/", views.ration_part, name="ration"),
    path("<str:scenario>/ways/", views.ways_part, name="ways"),
    path("<str:scenario>/take/", views.take, name="take"),
    path("<str:scenario>/ration/take/", views.take_ration, name="take_ration"),
    path("<str:scenario>/mix/take/", views.take_mix, name="take_mix"),
    path("<str:scenario>/balance.xlsx", views.export, name="export"),
]
