// Says when the server is away, and loads the page anew once it is back or the session has ended.
// Begins with the sidebar closed where it would cover the page.
// Keeps the wish for dark pages in a cookie, so that the next page begins in it.
const YEAR = 31536000
const NARROW = "(max-width: 599.95px)"
const DARK = "(prefers-color-scheme: dark)"
export function render({model, el, view}) {
  const remember = () => {
    document.cookie = `sampark_theme=${model.dark ? "dark" : "light"}; path=/; max-age=${YEAR}; samesite=lax`
  }
  model.on("dark", remember)
  const page = [...view.model.document.all_models].find((each) => "sidebar_open" in (each.data ?? {}))
  if (page && matchMedia(NARROW).matches) { page.data.sidebar_open = false }
  if (page && !model.known && matchMedia(DARK).matches) { page.data.dark_theme = true }
  const banner = document.createElement("div")
  banner.className = "away"
  banner.setAttribute("role", "alert")
  banner.textContent = "The server does not answer. This page comes back by itself."
  banner.hidden = true
  el.append(banner)
  let misses = 0
  const look = async () => {
    try {
      const answer = await fetch("/api/me", {cache: "no-store"})
      const me = answer.ok ? await answer.json() : {}
      if (answer.status === 401 || (answer.ok && me.boot !== model.boot)) { location.reload() }
      misses = answer.ok ? 0 : misses + 1
    } catch { misses += 1 }
    banner.hidden = misses < 2
  }
  const timer = setInterval(() => { if (!document.hidden) { look() } }, 3000)
  model.on("remove", () => clearInterval(timer))
}
