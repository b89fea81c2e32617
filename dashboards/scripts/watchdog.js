// Says when the server is away, and loads the page anew once it is back or the session has ended.
export function render({model, el}) {
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
