"""Who is answered what: every address, by every method, for everybody; an address without a row here is a failure.

A new address gets a row: its name, its methods, and a status for each of PEOPLE, or a word that stands for all. Where
no row says otherwise, HEAD is answered as GET and OPTIONS as PATCH: as what nobody asks for, and programs are answered
as those who are nobody.
"""

from copy import deepcopy
from http import HTTPStatus
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import Client

from capture.models import User
from capture.services.access_tokens import create_access_token
from capture.services.devices import create_device, revoke_device
from tests.support.two_users import ROUTES, Bob, body

PEOPLE = ("anonymous", "his device", "her device", "his revoked device", "he", "she", "his program", "her program")
"""Bob is he, and the things asked for are his; Alice is she. Those with a device or a program show its token alone."""

WORDS = {
    "public": "200 200 200 200 200 200",
    "login": "302 302 302 302 200 200",
    "login-own": "302 302 302 302 200 404",
    "never": "405 405 405 405 405 405",
    "login-never": "302 302 302 302 405 405",
    "nothing": "404 404 404 404 404 404",
    "to-login": "302 302 302 302 302 302",
    "read": "401 403 403 403 401 401 200 200",
    "read-own": "401 403 403 403 401 401 200 404",
}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
LIKE = {"head": "get", "options": "patch"}

TABLE = """
account_login                        get,post               200 200 200 200 302 302
account_login                        put,patch,delete       405 405 405 405 302 302
mfa_authenticate                     any                    to-login
mfa_login_webauthn                   get,post               to-login
mfa_login_webauthn                   put,patch,delete       405 405 405 405 302 302
log_in_by_provider                   post                   nothing
log_in_by_provider                   get,put,patch,delete   never
openid_connect_callback              get                    nothing
openid_connect_callback              post,put,patch,delete  never
link_provider                        post                   to-login
link_provider                        get,put,patch,delete   login-never
unlink_provider                      post                   to-login
unlink_provider                      get,put,patch,delete   login-never
invitations                          get,post               302 302 302 302 404 404
invitations                          put,patch,delete       login-never
take_invitation_back                 get,put,patch,delete   login-never
take_invitation_back                 post                   302 302 302 302 302 404
invited                              get,post               410 410 410 410 302 302
invited                              put,patch,delete       never
account_logout                       post                   to-login
account_logout                       get,put,patch,delete   never
account_reauthenticate               get,post               login
account_reauthenticate               put,patch,delete       login-never
mfa_reauthenticate                   any                    to-login
mfa_reauthenticate_webauthn          get                    302 302 302 302 200 302
mfa_reauthenticate_webauthn          post                   to-login
mfa_reauthenticate_webauthn          put,patch,delete       302 302 302 302 405 302
mfa_index                            get                    login
mfa_index                            post,put,patch,delete  login-never
mfa_add_webauthn                     any                    to-login
mfa_edit_webauthn                    any                    to-login
mfa_remove_webauthn                  any                    to-login
mfa_activate_totp                    any                    to-login
mfa_deactivate_totp                  any                    302 302 302 302 404 404
mfa_view_recovery_codes              get                    302 302 302 302 404 404
mfa_view_recovery_codes              post,put,patch,delete  login-never
mfa_generate_recovery_codes          any                    to-login
mfa_download_recovery_codes          any                    302 302 302 302 404 404
access_tokens                        get,post               login
access_tokens                        put,patch,delete       login-never
end_access_token                     get,put,patch,delete   login-never
end_access_token                     post                   302 302 302 302 302 404
sessions                             get                    login
sessions                             post,put,patch,delete  login-never
log_out_session                      get,put,patch,delete   login-never
log_out_session                      post                   302 302 302 302 302 404
log_out_others                       get,put,patch,delete   login-never
log_out_others                       post                   to-login
admin_login                          get                    302 302 302 302 403 403
admin_login                          post,put,patch,delete  never
login                                get                    302 302 302 302 403 403
login                                post,put,patch,delete  never
logout                               any                    to-login
openapi-json                         any                    public
put_memo                             get                    401 404 404 401 401 401 404 404
put_memo                             post,patch,delete      never
put_memo                             put                    401 411 411 401 401 401 403 403
get_receipt                          get                    401 404 404 401 401 401 404 404
get_receipt                          post,patch,delete      never
get_receipt                          put                    401 411 411 401 401 401 403 403
head_of_receipt                      get                    401 404 404 401 401 401 404 404
head_of_receipt                      post,patch,delete      never
head_of_receipt                      put                    401 411 411 401 401 401 403 403
post_memo                            get                    read
post_memo                            put,patch,delete       never
post_memo                            post                   401 400 400 401 401 401 403 403
list_memos                           get                    read
list_memos                           put,patch,delete       never
list_memos                           post                   401 400 400 401 401 401 403 403
read_audio                           get                    read-own
read_audio                           post,put,patch,delete  never
read_original                        get                    read-own
read_original                        post,put,patch,delete  never
list_sits                            get                    read
list_sits                            post,put,patch,delete  never
list_changes                         get                    read
list_changes                         post,put,patch,delete  never
list_ideas                           get                    read
list_ideas                           post,put,patch,delete  never
read_idea                            get                    read-own
read_idea                            post,put,patch,delete  never
list_hits                            get                    401 403 403 403 401 401 400 400
list_hits                            post,put,patch,delete  never
list_topics                          get                    read
list_topics                          post,put,patch,delete  never
read_topic                           get                    read-own
read_topic                           post,put,patch,delete  never
list_topic_ideas                     get                    read-own
list_topic_ideas                     post,put,patch,delete  never
pair                                 get,put,patch,delete   never
pair                                 post                   400 400 400 400 400 400
preview_pairing                      get,put,patch,delete   never
preview_pairing                      post                   400 400 400 400 400 400
api-root                             any                    nothing
welcome                              get,post               login
welcome                              put,patch,delete       login-never
welcome_topics                       get                    login
welcome_topics                       post                   to-login
welcome_topics                       put,patch,delete       login-never
welcome_phone                        get,post               login
welcome_phone                        put,patch,delete       login-never
settings                             get,post               login
settings                             put,patch,delete       login-never
choose_languages                     get,put,patch,delete   login-never
choose_languages                     post                   to-login
choose_look                          get,put,patch,delete   login-never
choose_look                          post                   to-login
erase_account                        get                    login
erase_account                        post                   to-login
erase_account                        put,patch,delete       login-never
change_password                      get,put,patch,delete   login-never
change_password                      post                   login
healthz                              get                    public
healthz                              post,put,patch,delete  never
readyz                               get                    public
readyz                               post,put,patch,delete  never
problem                              get                    public
problem                              post,put,patch,delete  never
index                                any                    to-login
password_change                      any                    to-login
password_change_done                 any                    to-login
autocomplete                         any                    to-login
jsi18n                               any                    to-login
view_on_site                         any                    to-login
auth_group_changelist                any                    to-login
auth_group_add                       any                    to-login
auth_group_history                   any                    to-login
auth_group_delete                    any                    to-login
auth_group_change                    any                    to-login
admin/auth/group/<path:object_id>/   any                    to-login
auth_user_password_change            any                    to-login
capture_user_changelist              any                    to-login
capture_user_add                     any                    to-login
capture_user_history                 any                    to-login
capture_user_delete                  any                    to-login
capture_user_change                  any                    to-login
admin/capture/user/<path:object_id>/ any                    to-login
app_list                             any                    to-login
admin/(?P<url>.*)$                   any                    to-login
phone                                get                    public
phone                                post,put,patch,delete  never
phone_manifest                       get                    public
phone_manifest                       post,put,patch,delete  never
phone_worker                         get                    public
phone_worker                         post,put,patch,delete  never
add_memos                            get,put,patch,delete   login-never
add_memos                            post                   to-login
memo_audio                           get                    login-own
memo_audio                           post,put,patch,delete  login-never
memo_original                        get                    login-own
memo_original                        post,put,patch,delete  login-never
devices                              get                    login
devices                              post,put,patch,delete  login-never
new_token                            get,put,patch,delete   login-never
new_token                            post                   to-login
new_browser_key                      get,put,patch,delete   login-never
new_browser_key                      post                   302 302 302 302 201 201
sent_memo                            get                    302 302 302 302 302 404
sent_memo                            post,put,patch,delete  login-never
pair_device                          get,put,patch,delete   login-never
pair_device                          post                   login
revoke_device                        get                    login-own
revoke_device                        put,patch,delete       login-never
revoke_device                        post                   302 302 302 302 302 404
today                                get                    login
today                                post,put,patch,delete  login-never
topics                               get                    login
topics                               post,put,patch,delete  login-never
recordings                           get                    login
recordings                           post,put,patch,delete  login-never
new_topic                            get,put,patch,delete   login-never
new_topic                            post                   to-login
first_topics                         get,put,patch,delete   login-never
first_topics                         post                   to-login
unsorted                             get                    login
unsorted                             post,put,patch,delete  login-never
topic                                get                    login-own
topic                                post,put,patch,delete  login-never
change_topic                         get                    login-own
change_topic                         post,put,patch,delete  login-never
near_ideas                           get                    login-own
near_ideas                           post,put,patch,delete  login-never
near_memo                            get                    login-own
near_memo                            post,put,patch,delete  login-never
near_topics                          get                    login-own
near_topics                          post,put,patch,delete  login-never
rename_topic                         get,put,patch,delete   login-never
rename_topic                         post                   302 302 302 302 302 404
merge_topic                          get,put,patch,delete   login-never
merge_topic                          post                   302 302 302 302 404 404
split_topic                          get,put,patch,delete   login-never
split_topic                          post                   302 302 302 302 302 404
delete_topic                         get                    login-own
delete_topic                         put,patch,delete       login-never
delete_topic                         post                   302 302 302 302 302 404
restore_topic                        get,put,patch,delete   login-never
restore_topic                        post                   302 302 302 302 404 404
hide_topic                           get,put,patch,delete   login-never
hide_topic                           post                   302 302 302 302 302 404
pin_topic                            get,put,patch,delete   login-never
pin_topic                            post                   302 302 302 302 302 404
answer_proposal                      get,put,patch,delete   login-never
answer_proposal                      post                   302 302 302 302 302 404
undo_correction                      get,put,patch,delete   login-never
undo_correction                      post                   302 302 302 302 404 404
split_idea                           get                    login-own
split_idea                           put,patch,delete       login-never
split_idea                           post                   302 302 302 302 302 404
move_edge                            get                    302 302 302 302 404 404
move_edge                            put,patch,delete       login-never
move_edge                            post                   302 302 302 302 302 404
join_idea                            get,put,patch,delete   login-never
join_idea                            post                   302 302 302 302 302 404
idea_words                           get,post               login-own
idea_words                           put,patch,delete       login-never
delete_idea                          get,post               login-own
delete_idea                          put,patch,delete       login-never
restore_idea                         get,put,patch,delete   login-never
restore_idea                         post                   302 302 302 302 404 404
not_here                             get,put,patch,delete   login-never
not_here                             post                   302 302 302 302 302 404
suggested                            get                    login-own
suggested                            post,put,patch,delete  login-never
move_idea                            get                    login-own
move_idea                            put,patch,delete       login-never
move_idea                            post                   302 302 302 302 302 404
memo                                 get                    login-own
memo                                 post,put,patch,delete  login-never
delete_memo                          get,post               login-own
delete_memo                          put,patch,delete       login-never
restore_memo                         get,put,patch,delete   login-never
restore_memo                         post                   302 302 302 302 302 404
retry_memo                           get,put,patch,delete   login-never
retry_memo                           post                   302 302 302 302 302 404
hear_all_memo                        get,put,patch,delete   login-never
hear_all_memo                        post                   302 302 302 302 302 404
review                               get                    login
review                               post,put,patch,delete  login-never
begin_review                         get,put,patch,delete   login-never
begin_review                         post                   to-login
decide                               get,put,patch,delete   login-never
decide                               post                   to-login
undo_review                          get,put,patch,delete   login-never
undo_review                          post                   to-login
end_review                           get,put,patch,delete   login-never
end_review                           post                   to-login
review_end                           get                    to-login
review_end                           post,put,patch,delete  login-never
review_dial                          get,put,patch,delete   login-never
review_dial                          post                   to-login
rest_review                          get,put,patch,delete   login-never
rest_review                          post                   to-login
topic_pace                           get,put,patch,delete   login-never
topic_pace                           post                   302 302 302 302 302 404
listen                               get                    login
listen                               post,put,patch,delete  login-never
decide_heard                         get,put,patch,delete   login-never
decide_heard                         post                   302 302 302 302 400 400
listen_night                         get                    302 302 302 302 404 404
listen_night                         post,put,patch,delete  login-never
listen_day                           get                    302 302 302 302 404 404
listen_day                           post,put,patch,delete  login-never
listen_topic                         get                    login-own
listen_topic                         post,put,patch,delete  login-never
topic_sound                          get                    302 302 302 302 404 404
topic_sound                          post,put,patch,delete  login-never
feed                                 get                    public
feed                                 post,put,patch,delete  never
feed_sound                           get                    nothing
feed_sound                           post,put,patch,delete  never
feed_settings                        get                    login
feed_settings                        post                   to-login
feed_settings                        put,patch,delete       login-never
revoke_feed                          get                    login
revoke_feed                          put,patch,delete       login-never
revoke_feed                          post                   to-login
webhooks                             get                    login
webhooks                             post                   to-login
webhooks                             put,patch,delete       login-never
webhook                              get                    login-own
webhook                              post,put,patch,delete  login-never
test_webhook                         get,put,patch,delete   login-never
test_webhook                         post                   302 302 302 302 302 404
switch_webhook                       get,put,patch,delete   login-never
switch_webhook                       post                   302 302 302 302 302 404
delete_webhook                       get                    login-own
delete_webhook                       put,patch,delete       login-never
delete_webhook                       post                   302 302 302 302 302 404
search                               get                    login
search                               post,put,patch,delete  login-never
acts                                 get                    login
acts                                 post,put,patch,delete  login-never
acts_export                          get                    login
acts_export                          post,put,patch,delete  login-never
tick_act                             get,put,patch,delete   login-never
tick_act                             post                   302 302 302 302 302 404
let_go_list                          get                    login
let_go_list                          post,put,patch,delete  login-never
take_back                            get,put,patch,delete   login-never
take_back                            post                   302 302 302 302 302 404
questions                            get                    login
questions                            post,put,patch,delete  login-never
ask_question                         get,put,patch,delete   login-never
ask_question                         post                   to-login
settle_question                      get,put,patch,delete   login-never
settle_question                      post                   to-login
undo_question                        get,put,patch,delete   login-never
undo_question                        post                   to-login
sits                                 get                    login
sits                                 post,put,patch,delete  login-never
hours                                get                    login
hours                                post,put,patch,delete  login-never
digest_preview                       get                    login
digest_preview                       post,put,patch,delete  login-never
digest_settings                      get,put,patch,delete   login-never
digest_settings                      post                   to-login
unsubscribe                          get,post               public
unsubscribe                          put,patch,delete       never
put_device                           get,post,patch,delete  never
put_device                           put                    401 400 400 401 401 401 403 403
put_sit                              get,post,patch,delete  never
put_sit                              put                    401 400 400 401 401 401 403 403
offer_tus                            get,put,patch,delete   never
offer_tus                            post                   401 412 412 401 401 401 403 403
offer_tus                            options                204 204 204 204 204 204
begin_upload                         get,put,patch,delete   never
begin_upload                         post                   401 412 412 401 401 401 403 403
begin_upload                         options                204 204 204 204 204 204
ask_upload                           get,put,options        never
ask_upload                           head,post,patch,delete     401 412 412 401 401 401 403 403
continue_upload                      get,put,options        never
continue_upload                      head,post,patch,delete     401 412 412 401 401 401 403 403
end_upload                           get,put,options        never
end_upload                           head,post,patch,delete     401 412 412 401 401 401 403 403
override_method                      get,put,options        never
override_method                      head,post,patch,delete     401 412 412 401 401 401 403 403
takeout                              get                    login
takeout                              post                   302 302 302 302 404 404
takeout                              put,patch,delete       login-never
keep_markdown                        get,put,patch,delete   login-never
keep_markdown                        post                   to-login
take_in                              get,put,patch,delete   login-never
take_in                              post                   to-login
download_export                      get                    login-own
download_export                      post,put,patch,delete  login-never
remove_export                        get,put,patch,delete   login-never
remove_export                        post                   302 302 302 302 302 404
doors                                get,post               302 302 302 302 404 404
doors                                put,patch,delete       login-never
health                               get                    login
health                               post,put,patch,delete  login-never
new_import                           get,put,patch,delete   login-never
new_import                           post                   302 302 302 302 403 403
import                               get                    login-own
import                               post,put,patch,delete  login-never
list_import_anew                     get,put,patch,delete   login-never
list_import_anew                     post                   302 302 302 302 302 404
start_import                         get,put,patch,delete   login-never
start_import                         post                   302 302 302 302 302 404
pause_import                         get,put,patch,delete   login-never
pause_import                         post                   302 302 302 302 302 404
discard_import                       get,put,patch,delete   login-never
discard_import                       post                   302 302 302 302 302 404
change_device                        get,put,patch,delete   login-never
change_device                        post                   302 302 302 302 302 404
folders                              get                    login
folders                              post,put,patch,delete  login-never
watch_folder                         get,put,patch,delete   login-never
watch_folder                         post                   to-login
set_moving                           get,put,patch,delete   login-never
set_moving                           post                   302 302 302 302 302 404
stop_watching                        get,put,patch,delete   login-never
stop_watching                        post                   302 302 302 302 302 404
mail_address                         get,post               login
mail_address                         put,patch,delete       login-never
archive                              get                    login
archive                              post,put,patch,delete  login-never
archive_pace                         get,put,patch,delete   login-never
archive_pace                         post                   to-login
edit_transcript                      get,post               login-own
edit_transcript                      put,patch,delete       login-never
correct_word                         get,post               login-own
correct_word                         put,patch,delete       login-never
keep_words                           get,put,patch,delete   login-never
keep_words                           post                   302 302 302 302 302 404
transcript_history                   get                    login-own
transcript_history                   post,put,patch,delete  login-never
undo_edits                           get,put,patch,delete   login-never
undo_edits                           post                   302 302 302 302 302 404
vocabulary                           get,post               login
vocabulary                           put,patch,delete       login-never
take_word_out                        get,put,patch,delete   login-never
take_word_out                        post                   302 302 302 302 302 404
put_word_back                        get,put,patch,delete   login-never
put_word_back                        post                   302 302 302 302 302 404
memo_context                         get,put,patch,delete   login-never
memo_context                         post                   302 302 302 302 302 404
memo_date                            get,put,patch,delete   login-never
memo_date                            post                   302 302 302 302 302 404
jobs                                 get                    login
jobs                                 post,put,patch,delete  login-never
silent                               get                    login
silent                               post,put,patch,delete  login-never
job                                  get                    login-own
job                                  post,put,patch,delete  login-never
hear_all_again                       get,put,patch,delete   login-never
hear_all_again                       post                   to-login
cancel_again                         get,put,patch,delete   login-never
cancel_again                         post                   to-login
pause_job                            get,put,patch,delete   login-never
pause_job                            post                   302 302 302 302 302 404
resume_job                           get,put,patch,delete   login-never
resume_job                           post                   302 302 302 302 302 404
cancel_job                           get,put,patch,delete   login-never
cancel_job                           post                   302 302 302 302 302 404
retry_job                            get,put,patch,delete   login-never
retry_job                            post                   302 302 302 302 302 404
hear_again                           get,put,patch,delete   login-never
hear_again                           post                   302 302 302 302 302 404
"""


class Row(NamedTuple):
    """What an address is to answer to some methods."""

    statuses: tuple[int, ...]
    methods: set[str]


def rows() -> dict[str, list[Row]]:
    """Return the table, by the names of addresses, as it is meant."""
    found: dict[str, list[Row]] = {}
    for line in filter(None, TABLE.splitlines()):
        name, methods, *statuses = line.split()
        some = WORDS[statuses[0]].split() if len(statuses) == 1 else statuses
        nobody = [some[0]] * (len(PEOPLE) - len(some))
        found.setdefault(name, []).append(
            Row(tuple(map(int, some + nobody)), set(METHODS if methods == "any" else methods.split(",")))
        )
    return found


Known = tuple[Client, dict[str, str]]


@pytest.fixture
def people(alice: User, his: Bob) -> list[Known]:
    """PEOPLE: the client of each, and the headers by which they are known."""
    gone, gone_token = create_device(his.user, "gone")
    revoke_device(gone)
    tokens = [his.token, create_device(alice, "walks")[1], gone_token]
    programs = [create_access_token(user, "notebook")[1] for user in (his.user, alice)]
    known = [[{"Authorization": f"Bearer {token}"} for token in kind] for kind in (tokens, programs)]
    shown = [{}, *known[0], {}, {}, *known[1]]
    clients = [Client(raise_request_exception=False) for _ in PEOPLE]
    clients[PEOPLE.index("he")].force_login(his.user)
    clients[PEOPLE.index("she")].force_login(alice)
    return list(zip(clients, shown, strict=True))


def status(method: str, address: str, client: Client, headers: dict[str, str]) -> int:
    """Ask, and undo what that changed: who is logged in among it."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(address, headers=headers)
        body(answer)
        transaction.set_rollback(True)
    client.cookies = cookies
    return int(answer.status_code)


def answers(his: Bob, people: list[Known]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Ask everything of everybody. Of two addresses of one name, the second goes by its pattern.

    Programs are asked at the API alone: pages know no tokens, as those with a device show.
    """
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for route in ROUTES:
        name = route.written if (route.name, METHODS[0]) in found else route.name
        for method in METHODS:
            asked = people if route.written.startswith("api/") else people[: PEOPLE.index("his program")]
            some = [status(method, route.address(his.arguments), *known) for known in asked]
            found[name, method] = tuple(some + some[:1] * (len(PEOPLE) - len(some)))
    return found


def intended() -> dict[tuple[str, str], tuple[int, ...]]:
    """Return what each address is to answer to each method."""
    table = rows().items()
    written = {(name, method): row.statuses for name, found in table for row in found for method in row.methods}
    alike = {(name, method): written[name, like] for name, _ in table for method, like in LIKE.items()}
    return alike | written


def test_a_browser_that_reloads_the_address_of_a_form_is_led_to_a_page(his: Bob, people: list[Known]) -> None:
    """Programs, and browsers at the API, are told that it is the wrong method."""
    he, _shown = people[PEOPLE.index("he")]
    for route in ROUTES:
        address = route.address(his.arguments)
        answer = he.get(address, follow=True, headers={"Accept": "text/html"})
        if not address.startswith("/api/"):
            body(answer)
            assert answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED, route.name
    assert he.get("/devices/pair", headers={"Accept": "text/html"})["Location"] == "/devices/"
    assert he.get("/devices/pair").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_everybody_is_answered_as_is_intended(his: Bob, people: list[Known]) -> None:
    assert answers(his, people) == intended()
