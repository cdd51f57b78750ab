// Additions for browsers with JavaScript. Every page works without it.
"use strict";

// A form is sent once, however often its button is tapped. The button that was tapped stays enabled until the browser has
// read its value.
document.addEventListener("submit", function (event) {
  var form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(function () {
    form.querySelectorAll("button").forEach(function (button) {
      button.disabled = true;
    });
  }, 0);
});

// A page taken back out of the browser's memory may be sent again.
window.addEventListener("pageshow", function (event) {
  if (event.persisted) {
    location.reload();
  }
});

// Times left run on by themselves in the last hour. The server said how many seconds there were, so no clock is compared.
var ends = new WeakMap();
setInterval(function () {
  document.querySelectorAll("time[data-left]").forEach(function (time) {
    if (!ends.has(time)) {
      ends.set(time, Date.now() + 1000 * Number(time.dataset.left));
    }
    var left = Math.max(0, Math.round((ends.get(time) - Date.now()) / 1000));
    if (left < 3600 && time.dataset.left > 0) {
      time.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    }
  });
}, 1000);
