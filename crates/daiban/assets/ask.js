// Tapping a picture: marks appear at once and the picture fills its place. Without this the server draws them.
"use strict";

document.querySelectorAll("[data-points]").forEach(function (box) {
  var size = box.dataset.points.split("x").map(Number);
  var picture = box.querySelector("input[type=image]");
  var marks = box.querySelector(".marks");
  var field = box.querySelector("input[name=points]");
  var said = box.querySelector("[data-said]");
  var form = field.form;
  var points = field.value.split(";").filter(Boolean);
  var MOST = 16;

  function fit() {
    var wide = Math.min(size[0], box.clientWidth - 32);
    if (wide <= 0) {
      return;
    }
    var high = Math.round((wide * size[1]) / size[0]);
    [picture, marks].forEach(function (shown) {
      shown.setAttribute("width", wide);
      shown.setAttribute("height", high);
    });
    draw(size[0] / wide);
  }

  function element(name, attributes, text) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(function (key) {
      made.setAttribute(key, attributes[key]);
    });
    made.textContent = text || "";
    return made;
  }

  function draw(scale) {
    marks.replaceChildren();
    points.forEach(function (point, at) {
      var place = point.split(",").join(" ");
      var mark = element("g", { transform: "translate(" + place + ") scale(" + scale + ")" });
      mark.append(element("circle", { r: 12 }), element("text", { dy: 5, "text-anchor": "middle" }, String(at + 1)));
      marks.append(mark);
    });
  }

  function changed() {
    field.value = points.join(";");
    said.textContent = said.dataset.said + " " + points.length;
    form.querySelectorAll("[name=undo], [name=again], [name=send]").forEach(function (button) {
      button.disabled = points.length === 0;
    });
    fit();
  }

  function take(x, y) {
    if (x >= 0 && y >= 0 && x < size[0] && y < size[1] && points.length < MOST) {
      points.push(x + "," + y);
      changed();
    }
  }

  picture.addEventListener("click", function (event) {
    event.preventDefault();
    var at = picture.getBoundingClientRect();
    if (event.detail > 0) {
      take(
        Math.floor(((event.clientX - at.left) * size[0]) / at.width),
        Math.floor(((event.clientY - at.top) * size[1]) / at.height)
      );
    }
  });
  form.addEventListener("click", function (event) {
    var name = event.target.name;
    if (name === "undo" || name === "again") {
      event.preventDefault();
      points = name === "undo" ? points.slice(0, -1) : [];
      changed();
    }
  });
  window.addEventListener("resize", fit);
  fit();
});
