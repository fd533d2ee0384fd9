"""What the owner of the machine may look after: accounts. Nobody's memos are to be seen here, nor their names."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from capture.models import User

admin.site.register(User, UserAdmin)
