// A base's return: sending its file with progress, answers that are not lost, finding the place an address names.

(function () {
  "use strict";
  const filled = (text, places) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? places[name] : whole));
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  // What was sent is told by the page itself: it is loaded again, at the place that the answer names.
  function loadAgain(address) {
    window.removeEventListener("beforeunload", hold);
    window.history.replaceState(null, "", address);
    window.location.reload();
  }

  // Sending a file ----------------------------------------------------------------------------------------------------

  function send(form) {
    const file = form.elements.file.files[0], words = form.dataset;
    const panel = form.querySelector(".progress"), bar = panel.querySelector("progress");
    const said = panel.querySelector(".progress-told"), button = form.querySelector("button[type=submit]");
    const request = new XMLHttpRequest();

    function say(text, on) {
      panel.hidden = false;
      bar.hidden = !on;
      panel.querySelector(".cancel").hidden = !on;
      button.disabled = on;
      said.textContent = text;
    }

    if (file.size > Number(words.limit)) return say(words.tooLarge, false);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = function (event) {
      if (!event.lengthComputable) return;
      bar.value = (100 * event.loaded) / event.total;
      // Said aloud only now and then: whoever listens would hear nothing else.
      const text = filled(words.sending, { sent: megabytes(event.loaded), total: megabytes(event.total) });
      bar.title = text;
      if (event.loaded < event.total && Date.now() - (bar.lastSaid || 0) > 2000) {
        bar.lastSaid = Date.now();
        said.textContent = text;
      }
    };
    request.upload.onload = function () {
      bar.removeAttribute("value");
      said.textContent = words.checking;
    };
    request.onload = function () {
      if (request.status === 401) return say(words.signedOut, false);
      if (request.status !== 200) return say(words.failed, false);
      loadAgain(JSON.parse(request.responseText).next);
    };
    request.onerror = () => say(words.failed, false);
    request.onabort = function () { say("", false); panel.hidden = true; };
    panel.querySelector(".cancel").onclick = () => request.abort();
    bar.value = 0;
    say(filled(words.sending, { sent: "0.0", total: megabytes(file.size) }), true);
    request.send(new FormData(form));
  }

  document.addEventListener("change", function (event) {
    const file = event.target.matches && event.target.matches(".file-input") && event.target.files[0];
    if (!file) return;
    const named = event.target.closest(".drop").querySelector(".chosen-file");
    named.textContent = file.name + " · " + megabytes(file.size) + " MB";
    named.classList.add("is");
  });

  const dropArea = (event) => event.target.closest && event.target.closest(".drop");
  const carriesFiles = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");

  document.addEventListener("dragover", function (event) {
    if (!document.querySelector(".drop") || !carriesFiles(event)) return;
    event.preventDefault(); // a file dropped beside the area must not replace the page
    const area = dropArea(event);
    document.querySelectorAll(".drop").forEach((one) => one.classList.toggle("over", one === area));
  });
  document.addEventListener("dragleave", function (event) {
    const area = dropArea(event);
    if (area && !area.contains(event.relatedTarget)) area.classList.remove("over");
  });
  document.addEventListener("drop", function (event) {
    if (!document.querySelector(".drop") || !carriesFiles(event)) return;
    event.preventDefault();
    const area = dropArea(event);
    document.querySelectorAll(".drop").forEach((one) => one.classList.remove("over"));
    if (!area) return;
    const chosen = new DataTransfer();
    chosen.items.add(event.dataTransfer.files[0]);
    const field = area.querySelector("input");
    field.files = chosen.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    area.closest("form").querySelector("button[type=submit]").focus();
  });

  // Answers -----------------------------------------------------------------------------------------------------------

  const fields = (form) => Array.from(form.querySelectorAll("textarea"));
  const unsaved = (form) => fields(form).filter((field) => field.value !== field.defaultValue);
  const waiting = () => Array.from(document.querySelectorAll("form.answers")).some((form) => unsaved(form).length);

  function hold(event) {
    if (waiting()) event.preventDefault();
  }
  window.addEventListener("beforeunload", hold);

  document.addEventListener("input", function (event) {
    const field = event.target, form = field.closest && field.closest("form.answers");
    if (!form) return;
    const left = field.closest(".answer-field").querySelector(".characters");
    left.textContent = filled(left.dataset.left, { n: field.maxLength - field.value.length });
    const n = unsaved(form).length;
    form.querySelector(".save-told").textContent = n ? filled(form.dataset.unsaved, { n }) : "";
  });

  async function save(form, button) {
    const said = form.querySelector(".save-told"), sent = new URLSearchParams({ version: button.value });
    unsaved(form).forEach((field) => sent.set(field.name, field.value));
    said.textContent = form.dataset.saving;
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" } });
      if (answer.ok) return loadAgain((await answer.json()).next);
      said.textContent = answer.status === 401 ? form.dataset.signedOut : form.dataset.failed;
    } catch (error) {
      said.textContent = form.dataset.failed;
    }
    button.disabled = false;
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.matches("form.upload")) {
      event.preventDefault();
      send(form);
    } else if (form.matches("form.answers")) {
      event.preventDefault();
      save(form, form.querySelector(".save button"));
    }
  });

  // Going on within the product does not unload the page, so the browser would not ask.
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest('a[href^="/"]');
    if (!link || link.target || link.hasAttribute("download") || !waiting()) return;
    if (!window.confirm(document.querySelector("form.answers").dataset.leave)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);

  // Copying, printing ---------------------------------------------------------------------------------------------------

  function copied(button) {
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = before), 2000);
  }

  // Browsers give the clipboard to secure pages only; within an office's network the old way is the one that works.
  function copyOldWay(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }

  document.addEventListener("click", async function (event) {
    if (!event.target.closest) return;
    if (event.target.closest(".print-page")) window.print();
    const button = event.target.closest("button.copy");
    if (!button) return;
    if (navigator.clipboard) await navigator.clipboard.writeText(button.dataset.copy);
    else copyOldWay(button.dataset.copy);
    copied(button);
    button.focus();
  });

  // The place an address names ------------------------------------------------------------------------------------------

  function show(id) {
    const place = document.getElementById(id);
    if (!place) return false;
    document.querySelectorAll(".target").forEach((other) => other.classList.remove("target"));
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    place.classList.add("target");
    place.scrollIntoView({ block: place.tagName === "TR" ? "center" : "start" });
    place.focus({ preventScroll: true });
    return true;
  }

  // The page's content comes after the page: wait for it, but not for ever.
  function showWhenThere() {
    const id = decodeURIComponent(window.location.hash.slice(1));
    if (!id || show(id)) return;
    const watch = new MutationObserver(() => show(id) && watch.disconnect());
    watch.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => watch.disconnect(), 10000);
  }
  window.addEventListener("hashchange", showWhenThere);
  showWhenThere();
})();
