// Additions for browsers with JavaScript; every page works without it. Written for the old browsers inside chat apps.
"use strict";
(function () {
var doc = document;
function each(list, act) { [].slice.call(list).forEach(act); }
function all(what, act) { each(doc.querySelectorAll(what), act); }
function say(words, className) {
  var line = doc.createElement("p");
  line.className = className;
  line.setAttribute("role", "status");
  line.textContent = words;
  return line;
}

// A form is sent once, however often its button is tapped. The button that was tapped stays enabled until the browser has
// read its value. `data-wait` says what is waited for, `data-wait-s` how many seconds at most.
doc.addEventListener("submit", function (event) {
  var form = event.target, button = event.submitter;
  if (form.hasAttribute("data-sent")) return event.preventDefault();
  form.setAttribute("data-sent", "1");
  var asked = button && button.hasAttribute("data-wait") ? button : form;
  if (asked.hasAttribute("data-wait")) {
    var line = say(asked.getAttribute("data-wait") + " ", "waiting sub pad");
    if (asked.hasAttribute("data-wait-s")) {
      line.appendChild(doc.createElement("time")).setAttribute("data-left", asked.getAttribute("data-wait-s"));
    }
    line.kept = true;
    form.parentNode.insertBefore(line, form.nextSibling);
    tick();
  }
  setTimeout(function () {
    each(form.querySelectorAll("button"), function (button) { button.disabled = true; });
  }, 0);
});

// A page taken back out of the browser's memory may be sent again.
window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });

// Times left run on by themselves in the last hour. The server said how many seconds there were, so no clock is compared.
function tick() {
  all("time[data-left]", function (time) {
    var given = time.getAttribute("data-left");
    if (time.leftOf !== given) {
      time.leftOf = given;
      time.endsAt = Date.now() + 1000 * given;
    }
    var left = Math.max(0, Math.round((time.endsAt - Date.now()) / 1000));
    if (left < 3600 && given > 0) {
      var words = Math.floor(left / 60) + ":" + ("0" + (left % 60)).slice(-2);
      if (time.textContent !== words) time.textContent = words;
    }
  });
}

function ask(path, tag, done) {
  var request = new XMLHttpRequest();
  request.open("GET", path);
  request.timeout = 15000;
  request.setRequestHeader("daiban-part", "1");
  if (tag) request.setRequestHeader("If-None-Match", tag);
  request.onloadend = function () {
    if (request.status !== 401) return done(request.status, request);
    location.href = "/signin?next=" + encodeURIComponent(location.pathname + location.search);
  };
  request.send();
}

// What fits is shown while it is typed: `data-find` is asked with the field's value, the answer stands in `data-into`.
var composing = false;
function look(event) {
  var field = event.target, path = field.getAttribute && field.getAttribute("data-find");
  if (!path) return;
  clearTimeout(field.finding);
  field.finding = setTimeout(function () {
    var typed = field.value;
    if (composing || typed === field.found) return;
    field.found = typed;
    var query = encodeURIComponent(field.name) + "=" + encodeURIComponent(typed);
    ask(path + (path.indexOf("?") < 0 ? "?" : "&") + query, "", function (status, request) {
      if (status === 200 && field.value === typed) {
        doc.getElementById(field.getAttribute("data-into")).innerHTML = request.responseText;
      }
    });
  }, 300);
}
doc.addEventListener("input", look);
doc.addEventListener("compositionstart", function () { composing = true; });
doc.addEventListener("compositionend", function (event) {
  composing = false;
  look(event);
});

// Parts that stay fresh: `data-live` is where a part comes from, `data-every` after how many seconds it is asked for even
// without news. Parts are changed into the new ones node by node, so that whatever is typed, open or in focus stays.
function ident(node) {
  if (node.nodeType !== 1) return "";
  function get(name) { return node.getAttribute(name) || ""; }
  var picks = /^(radio|checkbox|submit)$/.test(node.type);
  return node.id || get("action") || get("href") || get("name") + (picks ? "=" + get("value") : "");
}
// What a node is about: the first thing inside that has a name.
function inner(node) {
  var first = node.nodeType === 1 && node.querySelector("[id],form[action],a[href]");
  return first ? ident(first) : "";
}
function counterpart(node, fresh) {
  var own = ident(fresh), about = inner(fresh), spare = null;
  for (; node; node = node.nextSibling) {
    if (node.nodeName === fresh.nodeName && ident(node) === own) {
      if (own || inner(node) === about) return node;
      spare = spare || (isWanted(inner(node), fresh) ? null : node);
    }
  }
  return spare;
}
function isWanted(about, fresh) {
  while (about && (fresh = fresh.nextSibling)) {
    if (inner(fresh) === about) return true;
  }
  return false;
}
function become(node, fresh) {
  if (node.nodeValue !== fresh.nodeValue) node.nodeValue = fresh.nodeValue;
  if (node.nodeType !== 1 || node.hasAttribute("data-sent")) return;
  each(fresh.attributes, function (given) {
    if (given.name !== "open" && node.getAttribute(given.name) !== given.value) node.setAttribute(given.name, given.value);
  });
  each(node.attributes, function (had) {
    if (had.name !== "open" && !fresh.hasAttribute(had.name)) node.removeAttribute(had.name);
  });
  var at = node.firstChild;
  each(fresh.childNodes, function (child) {
    var found = counterpart(at, child);
    if (found && found === at) at = at.nextSibling;
    else node.insertBefore(found || doc.importNode(child, true), at);
    if (found) become(found, child);
  });
  while (at) {
    var next = at.nextSibling;
    if (!at.kept) node.removeChild(at);
    at = next;
  }
}
function show(text) {
  var focus = doc.activeElement, from, to;
  try {
    from = focus.selectionStart;
    to = focus.selectionEnd;
  } catch (none) {}
  each(new DOMParser().parseFromString(text, "text/html").body.children, function (fresh) {
    var part = fresh.id && doc.getElementById(fresh.id);
    if (part) become(part, fresh);
  });
  if (focus && focus !== doc.activeElement && doc.contains(focus)) {
    focus.focus();
    if (typeof from === "number") focus.setSelectionRange(from, to);
  }
  tick();
}

var source = null, opened = 0, heard = 0, changed = Date.now(), away = null;
function reached(ok) {
  if (ok && away) {
    away.parentNode.removeChild(away);
    away = null;
  } else if (!ok && !away) away = doc.body.appendChild(say(doc.body.getAttribute("data-away"), "away"));
}
// At most once a second; what is asked for meanwhile comes after.
function refresh(part) {
  var state = part.live = part.live || { at: 0 };
  var early = state.at + 1000 - Date.now();
  state.again = state.asking;
  if (state.asking || state.gone || doc.hidden) return;
  if (early > 0 || composing) {
    clearTimeout(state.timer);
    state.timer = setTimeout(refresh, Math.max(early, 300), part);
    return;
  }
  state.asking = true;
  state.at = Date.now();
  ask(part.getAttribute("data-live"), state.tag, function (status, request) {
    state.asking = false;
    state.gone = status === 404;
    reached(status > 0 && status < 500);
    if (status === 200) {
      changed = state.known ? Date.now() : changed;
      state.known = true;
      state.tag = request.getResponseHeader("ETag");
      show(request.responseText);
    }
    if (state.again) refresh(part);
  });
}
function refreshAll() { all("[data-live]", refresh); }
function hear() { heard = Date.now(); }
function listen() {
  if (source || doc.hidden || !window.EventSource || !doc.querySelector("[data-live]")) return;
  source = new EventSource("/live");
  opened = Date.now();
  source.addEventListener("alive", hear);
  each(["hello", "changed"], function (kind) {
    source.addEventListener(kind, function () { refreshAll(hear()); });
  });
  source.onerror = function () {
    heard = 0;
    if (source && source.readyState === 2) hush();
    refreshAll();
  };
}
function hush() {
  if (source) source.close();
  source = null;
}
// News comes by itself, with a sign of life every 15 s. Where none comes through, the parts are asked for instead.
function goOn() {
  var now = Date.now();
  if (doc.hidden) return;
  tick();
  if (!source && now - opened > 30000) listen();
  var told = source && now - Math.max(heard, opened) < 20000;
  var pace = now - changed > 60000 ? 10 : 2;
  all("[data-live]", function (part) {
    var every = away ? 2 : told ? part.getAttribute("data-every") || 60 : pace;
    if (now - (part.live ? part.live.at : opened) >= 1000 * every) refresh(part);
  });
}
doc.addEventListener("visibilitychange", function () {
  if (doc.hidden) return hush();
  listen();
  refreshAll();
});
window.addEventListener("pagehide", hush);
window.addEventListener("online", refreshAll);
setInterval(goOn, 1000);
tick();
listen();
})();
