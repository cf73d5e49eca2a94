"""Decision addresses."""

from django.urls import path

from steelyard.web.decisions import meeting_views, views

app_name = "decisions"
urlpatterns = [
    path("", views.queue, name="start"),
    path("new/", views.decision_new, name="new"),
    path("decisions.xlsx", views.export, name="export"),
    path("grades/", views.grades, name="grades"),
    path("grades/now/", views.grade, name="grade"),
    path("authority/", meeting_views.authority, name="authority"),
    path("authority/set/", meeting_views.authority_set, name="authority_set"),
    path("actions/", meeting_views.actions, name="actions"),
    path("actions/new/", meeting_views.action_add, name="action_add"),
    path("actions/<int:number>/move/", meeting_views.action_move, name="action_move"),
    path("actions/<int:number>/close/", meeting_views.action_close, name="action_close"),
    path("meetings/", meeting_views.meeting_list, name="meetings"),
    path("meetings/new/", meeting_views.meeting_plan, name="meeting_plan"),
    path("meetings/<int:number>/", meeting_views.meeting, name="meeting"),
    path("meetings/<int:number>/part/<str:part>/", meeting_views.meeting_part, name="meeting_part"),
    path("meetings/<int:number>/seat/", meeting_views.seat, name="seat"),
    path("meetings/<int:number>/minute/", meeting_views.minute, name="minute"),
    path("meetings/<int:number>/settle/<int:note>/", meeting_views.settle, name="settle"),
    path("meetings/<int:number>/assumption/<int:entry>/", meeting_views.assumption, name="assumption"),
    path("meetings/<int:number>/<str:act>/", meeting_views.meeting_act, name="meeting_act"),
    path("<int:number>/", views.decision, name="decision"),
    path("<int:number>/edit/", views.decision_edit, name="edit"),
    path("<int:number>/options/", views.options_part, name="options"),
    path("<int:number>/options/new/", views.option_add, name="option_add"),
    path("<int:number>/options/<int:option>/<str:act>/", views.option_act, name="option_act"),
    path("<int:number>/sign/", views.sign, name="sign"),
    path("<int:number>/do/<str:act>/", views.act, name="act"),
]
