"""Where people log in and change how they do. Of allauth's pages only these have an address.

The names beginning with account_, mfa_ and openid_connect_ are those by which allauth finds its own.
"""

from django.urls import path

from config.accounts import access_tokens, invitations, log_in, pages, provider

urlpatterns = [
    path("login/", log_in.LogIn.as_view(), name="account_login"),
    path("login/code/", pages.SecondFactor.as_view(), name="mfa_authenticate"),
    path("login/passkey/", log_in.LogInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("login/by/", provider.log_in_by_provider, name="log_in_by_provider"),
    path("login/<slug:provider_id>/callback/", provider.provider_answer, name="openid_connect_callback"),
    path("settings/login/by/", provider.link_provider, name="link_provider"),
    path("settings/login/by/end", provider.unlink_provider, name="unlink_provider"),
    path("logout/", log_in.LogOut.as_view(), name="account_logout"),
    path("settings/again/", pages.PasswordOnceMore.as_view(), name="account_reauthenticate"),
    path("settings/again/code/", pages.CodeOnceMore.as_view(), name="mfa_reauthenticate"),
    path("settings/again/passkey/", pages.PasskeyOnceMore.as_view(), name="mfa_reauthenticate_webauthn"),
    path("settings/login/", pages.LoggingIn.as_view(), name="mfa_index"),
    path("settings/login/passkeys/add/", pages.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("settings/login/passkeys/<int:pk>/name/", pages.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("settings/login/passkeys/<int:pk>/remove/", pages.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("settings/login/app/", pages.AddApp.as_view(), name="mfa_activate_totp"),
    path("settings/login/app/remove/", pages.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("settings/login/codes/", pages.PaperCodes.as_view(), name="mfa_view_recovery_codes"),
    path("settings/login/codes/new/", pages.NewPaperCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("settings/login/codes/text/", pages.PaperCodesFile.as_view(), name="mfa_download_recovery_codes"),
    path("settings/invitations/", invitations.invitations, name="invitations"),
    path("settings/invitations/<int:invitation>/end", invitations.take_invitation_back, name="take_invitation_back"),
    path("invited/<str:code>/", invitations.invited, name="invited"),
    path("settings/programs/", access_tokens.access_tokens, name="access_tokens"),
    path("settings/programs/<int:access_token>/end", access_tokens.end_access_token, name="end_access_token"),
    path("settings/sessions/", pages.sessions, name="sessions"),
    path("settings/sessions/<int:session>/end", pages.log_out_session, name="log_out_session"),
    path("settings/sessions/end", pages.log_out_others, name="log_out_others"),
]
