// The zone that the browser lives in is the likeliest; without this script it is chosen by hand.
const zones = document.querySelector("select[name=time_zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zones && here && [...zones.options].some((option) => option.value === here)) zones.value = here;
