"""Addresses of what records, takes in and plays."""

from django.urls import path

from capture.views import adding, audio, devices, mail, phone

urlpatterns = [
    path("phone/", phone.phone, name="phone"),
    path("memos/add", adding.add, name="add_memos"),
    path("memos/<uuid:memo_id>/audio", audio.playback, name="memo_audio"),
    path("memos/<uuid:memo_id>/original", audio.original, name="memo_original"),
    path("devices/", devices.devices, name="devices"),
    path("devices/pair", devices.pair, name="pair_device"),
    path("devices/<uuid:device_id>/revoke", devices.revoke, name="revoke_device"),
    path("settings/mail", mail.address, name="mail_address"),
]
