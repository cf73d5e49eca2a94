"""Notice addresses."""

from django.urls import path

from steelyard.web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="notices"),
    path("seen/", views.acknowledge_all, name="acknowledge_all"),
    path("<int:number>/", views.notice_follow, name="follow"),
    path("<int:number>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<int:number>/answer/", views.answer, name="answer"),
    path("<int:number>/close/", views.close, name="close"),
]
