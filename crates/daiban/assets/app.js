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
