/** What the server set last: every form of this page must send it, also after a new sign-in. */
export const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || "";
