// The threads of a mailbox as buttons. Text only: what a mail says never becomes markup.
export function render({model, el}) {
  const list = document.createElement("div")
  list.className = "threads"
  const part = (name, words) => {
    const node = document.createElement("span")
    node.className = name
    node.textContent = words
    return node
  }
  const draw = () => {
    list.replaceChildren(...model.threads.map(({id, subject, detail, answered}) => {
      const button = document.createElement("button")
      button.type = "button"
      button.className = id === model.chosen ? "thread chosen" : "thread"
      if (id === model.chosen) { button.setAttribute("aria-current", "true") }
      button.append(part("subject", subject), part(answered ? "detail answered" : "detail", detail))
      button.addEventListener("click", () => { model.chosen = id })
      return button
    }))
  }
  model.on(["threads", "chosen"], draw)
  draw()
  el.append(list)
}
