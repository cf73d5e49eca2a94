"""Account addresses."""

from django.urls import path

from steelyard.web.accounts import key_views, single_sign_on_views, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("single-sign-on/", single_sign_on_views.begin, name="single_sign_on"),
    path("single-sign-on/back/", single_sign_on_views.back, name="single_sign_on_back"),
    path("keys/", key_views.keys, name="keys"),
    path("keys/<int:number>/revoke/", key_views.key_revoke, name="key_revoke"),
    path("password/", views.ChangePassword.as_view(), name="password"),
]
