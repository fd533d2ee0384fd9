"""Addresses of what records, takes in and plays."""

from django.urls import path

from capture.views import adding, audio, devices, imports, mail, phone, watched

urlpatterns = [
    path("phone/", phone.phone, name="phone"),
    path("memos/add", adding.add, name="add_memos"),
    path("memos/<uuid:memo_id>/audio", audio.playback, name="memo_audio"),
    path("memos/<uuid:memo_id>/original", audio.original, name="memo_original"),
    path("imports/new", imports.new, name="new_import"),
    path("imports/<uuid:import_id>/", imports.show, name="import"),
    path("imports/<uuid:import_id>/zone", imports.list_anew, name="list_import_anew"),
    path("imports/<uuid:import_id>/start", imports.start, name="start_import"),
    path("imports/<uuid:import_id>/pause", imports.pause, name="pause_import"),
    path("imports/<uuid:import_id>/discard", imports.discard, name="discard_import"),
    path("devices/", devices.devices, name="devices"),
    path("devices/pair", devices.pair, name="pair_device"),
    path("devices/token", devices.token, name="new_token"),
    path("devices/<uuid:device_id>/change", devices.change, name="change_device"),
    path("devices/<uuid:device_id>/revoke", devices.revoke, name="revoke_device"),
    path("folders/", watched.folders, name="folders"),
    path("folders/watch", watched.watch, name="watch_folder"),
    path("folders/<int:folder_id>/moving", watched.set_moving, name="set_moving"),
    path("folders/<int:folder_id>/stop", watched.stop, name="stop_watching"),
    path("settings/mail", mail.address, name="mail_address"),
]
