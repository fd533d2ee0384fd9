"""Addresses of what records, takes in and plays."""

from django.urls import path

from capture.views import audio, devices, imports, phone, watched, web_upload

urlpatterns = [
    path("phone/", phone.show_phone, name="phone"),
    path("phone/worker.js", phone.serve_worker, name="phone_worker"),
    path("phone/manifest.webmanifest", phone.serve_manifest, name="phone_manifest"),
    path("memos/sent/<str:client_id>", web_upload.find_sent, name="sent_memo"),
    path("memos/add", web_upload.add_memos, name="add_memos"),
    path("memos/<uuid:memo_id>/audio", audio.play_memo, name="memo_audio"),
    path("memos/<uuid:memo_id>/original", audio.download_original, name="memo_original"),
    path("imports/new", imports.add_import, name="new_import"),
    path("imports/<uuid:import_id>/", imports.show_import, name="import"),
    path("imports/<uuid:import_id>/zone", imports.change_import_zone, name="list_import_anew"),
    path("imports/<uuid:import_id>/start", imports.resume_import, name="start_import"),
    path("imports/<uuid:import_id>/pause", imports.pause_import, name="pause_import"),
    path("imports/<uuid:import_id>/discard", imports.forget_import, name="discard_import"),
    path("devices/", devices.show_devices, name="devices"),
    path("devices/pair", devices.create_pairing, name="pair_device"),
    path("devices/browser", devices.create_browser_key, name="new_browser_key"),
    path("devices/token", devices.create_script_token, name="new_token"),
    path("devices/<uuid:device_id>/change", devices.edit_device, name="change_device"),
    path("devices/<uuid:device_id>/revoke", devices.unpair_device, name="revoke_device"),
    path("folders/", watched.show_watched_folders, name="folders"),
    path("folders/watch", watched.add_watched_folder, name="watch_folder"),
    path("folders/<int:folder_id>/moving", watched.choose_moving, name="set_moving"),
    path("folders/<int:folder_id>/stop", watched.remove_watched_folder, name="stop_watching"),
    path("settings/mail", devices.show_or_create_mail_address, name="mail_address"),
]
