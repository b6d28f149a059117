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
