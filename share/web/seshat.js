// What is nicer with a script; every page is whole without it.

// "/" goes to the search, Escape leaves a field or closes what is open.
const find = document.getElementById("find");
const isField = (e) => e instanceof HTMLInputElement ||
    e instanceof HTMLSelectElement || e instanceof HTMLTextAreaElement ||
    (e instanceof HTMLElement && e.isContentEditable);

// Lists in which j and k move: links of class "go", in the page's order.
const stops = () => [...document.querySelectorAll("[data-list] a.go")]
    .filter((a) => a.offsetParent !== null);

function move(by) {
	const all = stops();
	const at = all.indexOf(document.activeElement);
	const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;

	if (all[to] === undefined)
		return false;
	all[to].focus();
	all[to].scrollIntoView({ block: "nearest" });
	return true;
}

function escape(target) {
	const open = document.querySelector("details.side[open]");

	if (isField(target))
		target.blur();
	else if (open !== null)
		open.open = false;
	else
		return false;
	return true;
}

document.addEventListener("keydown", (event) => {
	const { key, target } = event;
	let did = false;

	if (event.ctrlKey || event.altKey || event.metaKey ||
	    event.isComposing || event.defaultPrevented)
		return;
	if (key === "Escape") {
		did = escape(target);
	} else if (!isField(target)) {
		if (key === "/" && find !== null) {
			find.focus();
			find.select();
			did = true;
		} else if (key === "j" || key === "k") {
			did = move(key === "j" ? 1 : -1);
		} else if ((key === "ArrowDown" || key === "ArrowUp") &&
		    stops().includes(target)) {
			did = move(key === "ArrowDown" ? 1 : -1);
		}
	}
	if (did)
		event.preventDefault();
});

// Filters work while they are typed: what is on the page at once, the rest of
// the list with Enter.
const filter = document.querySelector("form.filters input[name=q]");
const table = document.querySelector("table.sessions");

if (filter !== null && table !== null) {
	filter.addEventListener("input", () => {
		const want = filter.value.trim().toLowerCase();

		for (const row of table.tBodies[0].rows)
			row.hidden = want !== "" &&
			    !row.textContent.toLowerCase().includes(want);
	});
	for (const select of document.querySelectorAll("form.filters select"))
		select.addEventListener("change", () =>
			select.form.requestSubmit());
}

// Browsers that cannot show a closed menu as a sidebar.
const side = document.querySelector("details.side");

if (side !== null && !CSS.supports("selector(::details-content)") &&
    matchMedia("(min-width: 56rem)").matches)
	side.open = true;

// A session that goes on: what comes is put behind what is there.
const live = document.querySelector("#transcript[data-live]");
const KEEP = 2000; // articles on a page; the oldest go
const AGAIN = 10000; // ms
if (live !== null) {
	const state = document.getElementById("live");
	const place = new URL(live.dataset.live, location.href);
	let source = null;
	let over = false;
	const newer = document.createElement("button");
	const isAtEnd = () => innerHeight + scrollY >=
	    document.documentElement.scrollHeight - 160;
	const toEnd = () => scrollTo(0, document.documentElement.scrollHeight);
	let came = 0;
	let gone = false; // articles that were here
	let later; // another try

	newer.className = "main newer";
	newer.hidden = true;
	newer.addEventListener("click", toEnd);
	document.body.append(newer);
	addEventListener("scroll", () => {
		if (isAtEnd()) {
			came = 0;
			newer.hidden = true;
		}
	}, { passive: true });
	// What stands above and below of how many lines are shown.
	const group = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
	const count = (event) => {
		const first = /^L(\d+)/.exec(live.firstElementChild?.id ?? "");

		place.searchParams.set("from", event.lastEventId);
		for (const e of document.querySelectorAll("[data-count]")) {
			const [from, to, all] = e.children;

			if (gone && first !== null)
				from.textContent = group(first[1]);
			to.textContent = group(event.lastEventId);
			all.textContent = group(event.lastEventId);
		}
	};
	const add = (html) => {
		const follow = isAtEnd();

		// the server has escaped it as it does whole pages
		live.insertAdjacentHTML("beforeend", html);
		while (live.childElementCount > KEEP) {
			live.firstElementChild.remove();
			gone = true;
		}
		if (follow) {
			toEnd();
			return;
		}
		came++;
		newer.textContent = `${came} new below`;
		newer.hidden = false;
	};
	const told = {
		open: () => {
			state.textContent = "Live: what comes is shown.";
		},
		error: () => {
			state.textContent =
			    "The connection is lost; trying again.";
			// refused, as too many pages are live: browsers leave
			// it at that
			if (source?.readyState === EventSource.CLOSED) {
				clearTimeout(later);
				later = setTimeout(watch, AGAIN);
			}
		},
		unseen: count,
		html: (event) => {
			add(event.data);
			count(event);
		},
		// after a lost connection some come again
		run: (event) => {
			const id = /id="([^"]+)"/.exec(event.data);

			if (document.getElementById(id?.[1] ?? "") === null)
				add(event.data);
		},
		restart: () => location.reload(),
		ended: () => end("The session has ended."),
		removed: () => end("The session was removed."),
		damaged: () => {
			state.textContent = "What follows cannot be read: it " +
			    "is damaged in the store.";
		},
	};
	const end = (text) => {
		over = true;
		source.close();
		state.textContent = text;
	};
	// Browsers open few connections to a server: a page that nobody looks
	// at gives its own back.
	const watch = () => {
		source?.close();
		source = null;
		if (over || document.hidden)
			return;
		source = new EventSource(place);
		for (const [name, tell] of Object.entries(told))
			source.addEventListener(name, tell);
	};

	document.addEventListener("visibilitychange", watch);
	watch();
}
