// The QR code of a letter brings its code behind a '#', which no browser sends. It is put into the form, and
// taken out of the address, so that no history keeps it.
const brought = decodeURIComponent(location.hash.slice(1))
const field = document.getElementById('code')
if (/^[0-9A-Z-]{16,19}$/.test(brought) && field) {
  field.value = brought.replaceAll('-', '').replace(/.{4}(?=.)/g, '$&-')
  history.replaceState(null, '', location.pathname + location.search)
  document.querySelector('[name="year"]')?.focus()
}
